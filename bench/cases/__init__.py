"""What is measured: ``loading`` files into registers, ``reading`` from a full one, ``live`` from commit to figure."""
