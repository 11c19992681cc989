"""Line mode: the front end for pipes, dumb terminals, screen readers and CI."""
