"""Opens workbooks in a process of its own, with little memory and little time: a crafted file can only hurt itself.

`python -m app.waste.registry.ledger_files.child PATH` writes the lines of a workbook to its output, one JSON
array a line (`wire`). Its caller is `ledger_files.workbook`.
"""
