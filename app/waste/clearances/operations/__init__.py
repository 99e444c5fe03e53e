"""What people do with contracts and crossings."""
