"""Data Import into documents of this app: who may, what a file must be, and that all of it comes in or nothing (ORG2).

access.py   the roles that `roles.py` lets import, and nothing but their own imports into this app
sheets.py   a file as rows of cells, whatever wrote it (CSV in UTF-8 or GBK, xlsx, xls)
values.py   what a cell says to a field: Chinese options, dates, numbers; or why it says nothing
guard.py    the whole file looked at before the framework reads it, which takes in row after row
"""
