"""Every word that a simulated participant may say; run as a module, it prints them."""

from __future__ import annotations

import json

from cognitive_assessment.instruments.catalogue import catalogue

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = tuple("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())  # noqa: SIM905
TENS = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())  # noqa: SIM905
MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = ("winter", "spring", "summer", "autumn")
PARTS_OF_DAY = ("morning", "afternoon", "evening", "night")

# what comes to people's minds first stands first
_ANIMALS = """
dog cat horse cow pig sheep lion tiger elephant bird fish mouse rabbit bear giraffe zebra monkey goat chicken duck snake
wolf fox deer frog eagle kangaroo whale dolphin shark crocodile hippopotamus rhinoceros camel donkey squirrel owl
penguin turkey goose rat hamster gorilla leopard cheetah turtle tortoise lizard spider butterfly hedgehog badger otter
beaver parrot crow pigeon ostrich octopus crab lobster salmon
"""
_FRUITS_AND_VEGETABLES = """
apple banana orange pear grape strawberry cherry lemon peach plum carrot potato tomato onion pea bean cabbage lettuce
cucumber broccoli pineapple mango melon cauliflower spinach celery pumpkin raspberry garlic mushroom
"""
_LETTER_B = """
boy ball bat bag book bed box bird boat bridge butter banana basket bottle bread brother button bucket belt beach
bicycle blanket bench bell bone brush
"""
_LETTER_M = """
moon man money mouse mother mountain milk mirror map morning music monkey machine market magnet meat mushroom melon
medal mask mud museum muscle motor mint
"""
_LETTER_D = """
dog day door dinner duck desk dance doctor dress drum dust dark diamond dragon daughter donkey dream drink deer dish
ditch dollar dozen dinosaur
"""
_LETTER_P = """
park pen paper pig pan plate pencil potato picture pocket people pillow piano plant parrot pepper present pear plum
pumpkin police palace pudding puddle
"""
THINGS = {
    "animals": tuple(_ANIMALS.split()),
    "fruits_and_vegetables": tuple(_FRUITS_AND_VEGETABLES.split()),
    "letter_b": tuple(_LETTER_B.split()),
    "letter_m": tuple(_LETTER_M.split()),
    "letter_d": tuple(_LETTER_D.split()),
    "letter_p": tuple(_LETTER_P.split()),
    # this voice has words but no sentences: it names things of the scenes
    "scene_a": tuple("dog boat man sausage basket bird blanket boy people duck apple park".split()),  # noqa: SIM905
    "scene_b": tuple("cat apple ladder man bag bicycle people mother boy park market police".split()),  # noqa: SIM905
    "scene_c": tuple("goat tractor chicken man apple dress boy ladder bucket cow daughter park".split()),  # noqa: SIM905
    "scene_d": tuple("man bag balloon bird boy music people mountain bread money mother box".split()),  # noqa: SIM905
}
# heard by the participant, and said again
LEARNT = tuple(word for words in catalogue().texts["word_list", "en"].word_lists.values() for word in words.words)
# what each picture and each question of `naming` is answered with: the first of its names that is one word
NAMED = {
    item: next(name for name in names if " " not in name)
    for item, names in catalogue().texts["naming", "en"].names.items()
}
# of neither kind: what somebody names who has lost the thread
OTHER_THINGS = ("rose", "tulip", "oak", "table", "hammer", "teacup", "scissors", "umbrella")


def every_word() -> list[str]:
    """All words, each once, in alphabetical order."""
    named = {*(word for words in THINGS.values() for word in words), *OTHER_THINGS}
    return sorted(
        {*UNITS, *TEENS, *TENS, *MONTHS, *WEEKDAYS, *SEASONS, *PARTS_OF_DAY, *LEARNT, *NAMED.values(), *named}
    )


if __name__ == "__main__":
    print(json.dumps(every_word()))
