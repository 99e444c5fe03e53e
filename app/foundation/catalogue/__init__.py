"""Official code lists: hazardous wastes (2025), their notes and exemptions, general-waste classes, industries,
compatibility tables — and the codes people and labels write, checked without a database (`codes`)."""
