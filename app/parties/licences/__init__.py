"""Operating licences with their scope and yearly scale, what is used of them; carriers' permits, vehicles, crew."""
