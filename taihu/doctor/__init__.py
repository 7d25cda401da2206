"""Is everything that Taihu needs there, and if not, what is to be done?"""
