# usher-sim: shares base/ and nothing else with the rest of the house.
