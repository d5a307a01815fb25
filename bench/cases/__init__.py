"""What is measured: ``loading`` files, ``reading`` from a full register, ``served`` over HTTP, ``live`` from commit on."""
