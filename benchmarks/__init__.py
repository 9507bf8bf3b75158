"""What reading costs, side by side with what it could cost at best and with what one would use instead.

Everything that is measured has one thread, as a worker has: libraries that start one for each core would be
charged for threads that wait, where times are those of processors, and be faster where they are not.
"""

import os

# Read when numpy is imported, which each module of the package does later.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
