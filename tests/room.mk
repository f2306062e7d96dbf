# The rings of the test suite; each ring adds its programs and scripts here.
