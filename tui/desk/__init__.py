"""One sitting at the wire: session, practice, transcript and safety rails, shared by both front ends."""
