"""Invented names: made of syllables, of any letters, or of plain words, so that copying is learned and not the names."""
SYLLABLES = """ba be bo bra bri cal cor da del dor dra el en fa fen fi gal gor gra ha hel il in ja jor ka kel ko kra la len lo lu ma mar mel mi mo na nel nor
o or pa pel pi qua quel ra ren ri ro sa sel sha so ta tal tar tel thor ti tor tu u ul va vel vi vo wen wy xan ya yor za zel zi zor""".split()
ENDINGS = "a ia is or an el en ur ith on us ar eth in o ax wyn mar dor ville stan land ow ick ey ett ock by ton ham wick ford".split()
CONSONANTS = "b c d f g h j k l m n p r s t v w z br cr dr fl gr kl pl pr sh sk sl sn sp st sw th tr ch qu x y".split()
VOWELS = "a e i o u a e i o u ai ea ee ie oa oo ou y au".split()
CLOSERS = " n r s t l m d k p x sh th ck nd st ng rt ll ss".split(" ")


def invented(random):
    kind = random.random()
    if kind < 0.5:
        word = "".join(random.choice(SYLLABLES) for _ in range(random.choice([1, 2, 2, 3]))) + random.choice(ENDINGS)
    elif kind < 0.95:
        word = "".join(random.choice(CONSONANTS) + random.choice(VOWELS) + (random.choice(CLOSERS) if random.random() < 0.5 else "") for _ in range(random.choice([1, 2, 2, 3])))
    else:
        word = "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(random.randint(2, 7)))
    return word[0].upper() + word[1:]
