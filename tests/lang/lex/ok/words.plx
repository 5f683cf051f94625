a _ _a a1 A_9 true false null let in if then else fn import for with iff lets trueish param type test assert
