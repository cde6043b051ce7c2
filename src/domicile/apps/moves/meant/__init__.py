"""Questions of other registers by which several people here may be meant: staff choose side by side, nobody is chosen for them."""
