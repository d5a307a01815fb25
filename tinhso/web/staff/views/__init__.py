"""View models: plain values that templates show."""
