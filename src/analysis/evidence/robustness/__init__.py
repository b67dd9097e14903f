"""Does an answer survive other ways of counting, the line itself, like with like, counts?"""
