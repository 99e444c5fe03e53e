"""What is due, for whom, by when: each room offers its `due` query; one list and one calendar feed show them."""
