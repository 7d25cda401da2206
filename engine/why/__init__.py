"""What does the question "why did an indicator move?" need: terms, splits, weather, products, meters, words?"""
