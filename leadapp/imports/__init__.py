"""Reading and writing CSV files of leads: pure, without database."""
