"""What phones send and offices decide while processes are killed, the disk fills, the database restarts and the clock jumps.

`python -m tests.collect_chaos` runs all of it against real processes (`--help` says what can be set).
"""
