# Unit tests of sim.
