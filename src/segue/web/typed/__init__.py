"""Nothing typed is lost: one mechanism for all forms. See `marks`, `keeping`, `sending` and `editing`."""
