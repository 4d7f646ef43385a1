"""The law of one finding (问题): its states and moves, its timers, who acts and who hears."""
