"""Reads ledgers as producers keep them: workbooks and CSV files with a hazardous-waste table (HJ 1259 B.1).

Pure: bytes go in, a verdict on every row comes out (`reading.read_ledger`). Nothing here knows the database.
A file passes `file_kinds` (what is it?), `csv_rows` or `workbook` (which lines?), `headers` (which columns?),
`lines` (which lines are data?) and `table_b1` (what is wrong with this row?). Workbooks are opened by
`child/`, a process of its own with little memory.
"""
