"""Where waste lies: facilities, zones, containers with one code each; put-away and moves under live checks."""
