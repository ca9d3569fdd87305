"""bad_input: books that tell too little to learn from, and files that are broken"""
