"""What the national system exports about manifests, brought in as a file: numbers are written, receipts confirmed, and
whatever doesn't agree with our consignments is told cell by cell. There is no interface to the national system that is
public, so files are the way in; a number is only ever taken from there, never made (domain-rules 7.3, 15.8)."""
