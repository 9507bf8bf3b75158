"""What reading costs, side by side with what it could cost at best and with what one would use instead."""
