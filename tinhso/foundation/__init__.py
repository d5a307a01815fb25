"""What every room stands on and what knows no subject: database, files, clock, problems, Vietnamese text."""
