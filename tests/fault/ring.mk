# The fault ring: whatever breaks, nothing is lost and nothing is made twice.
fault_tests = tests/fault/console.sh tests/fault/delivery.sh tests/fault/kill.sh \
  tests/fault/limits.sh tests/fault/many.sh tests/fault/network.sh tests/fault/quota.sh \
  tests/fault/refused.sh tests/fault/service.sh tests/fault/store.sh
dist_check_SCRIPTS += $(fault_tests)
TESTS += $(fault_tests)
EXTRA_DIST += tests/fault/fault.sh tests/fault/many-log.sh
