"""Intake: the one way in for a file, a form or a device, from bytes to rows worth recording.

``reading`` a file becomes sheets of texts · ``matching`` its columns find their fields · ``checking`` rows are
checked, problems told, repairs offered · ``batches`` an upload waits for its sender's decisions · ``river`` all
steps in a row, up to the commit.
"""
