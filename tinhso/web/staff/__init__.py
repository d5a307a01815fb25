"""The officers' face: taking files in, registers, change sets. Answers only to this machine until people sign in."""
