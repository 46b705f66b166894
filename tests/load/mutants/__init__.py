"""Does a test notice it? Small faults are put into the code one at a time, and the tests that reach the line are run.

`make mutants SAMPLE=200 SEED=1` prints each fault with the test that noticed it; exits 1 where fewer than 95 % were.
"""
