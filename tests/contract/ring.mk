# The contract ring: the simulator's answers and what usher asks, both held
# against Microsoft's published schema; and the simulator's own outside.
contract_tests = \
  tests/contract/answers.sh \
  tests/contract/controls.sh \
  tests/contract/requests.sh
dist_check_SCRIPTS += $(contract_tests)
TESTS += $(contract_tests)
EXTRA_DIST += \
  tests/contract/answers.py \
  tests/contract/graph-schema.json \
  tests/contract/requests.py \
  tests/contract/schema.py
