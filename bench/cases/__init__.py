"""What is measured: ``loading`` files, ``reading`` a full register, what ``policies`` cost there, ``served`` over HTTP,
``live`` from commit on, ``carrying`` lists out, ``marking`` workbooks that go back.
"""
