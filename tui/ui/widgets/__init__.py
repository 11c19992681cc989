"""Line-API widgets: each draws rows of styled runs and knows neither the desk nor its siblings."""
