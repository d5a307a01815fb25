"""What is measured: ``loading`` files, ``reading`` a full register, ``served`` over HTTP, ``live`` from commit on."""
