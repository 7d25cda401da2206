"""How much energy was saved since the base year, by plant and year?"""
