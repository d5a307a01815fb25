"""A register from a workbook: what a file that nobody declared yet seems to hold, proposed as a declaration.

``columns`` the texts of a sheet, column by column · ``naming`` names of fields from headings · ``kinds`` what a column
may be, and the field that it makes · ``measuring`` how many values fit a kind · ``guessing`` the kind that fits, with
its evidence · ``keys`` what tells records apart · ``proposing`` all of it as a wish · ``wishes`` what an officer edits
· ``faults`` what no register can be made of · ``making`` the declaration of a wish · ``trying`` the same file read by
it · ``fitting`` records that a change would not fit · ``kept`` wishes that wait for their officer.

Nothing is guessed in silence: each column says how many of its values fit, and which do not.
"""
