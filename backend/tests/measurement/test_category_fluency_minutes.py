"""Whole minutes of category fluency as an examiner would have heard them, counted by hand."""

from __future__ import annotations

import pytest

from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score

# what was said, then valid, repetitions and intrusions, and whether a person has to look
ANIMALS = [
    (
        "Dog, cat, horse, cow, pig, sheep, goat, um, lion, tiger, elephant, giraffe, zebra, monkey, er, snake, "
        "crocodile, that's all I can think of, oh, rabbit and hamster.",
        17, 0, 0, False,
    ),
    ("Right, ready? Dog. Cat. Mouse. Rat. What else is there? Bird. Fish. I don't know any more.", 6, 0, 0, False),
    ("dog cat dog horse cat cow pig dog sheep", 6, 3, 0, False),
    ("My dog Rover, my cat Tiddles, and then there's the budgie next door", 3, 0, 2, True),
    ("Lion, tiger, leopard, cheetah, puma, panther, cougar, jaguar, lynx, bobcat, ocelot", 10, 1, 0, False),
    ("Robin, blackbird, thrush, wren, blue tit, great tit, sparrow, starling, magpie, crow", 10, 0, 0, False),
    ("Poodle, labrador, alsatian, spaniel, terrier, collie, greyhound, boxer, German shepherd", 8, 1, 0, False),
    ("Cod, haddock, plaice, sole, salmon, trout, tuna, fish fingers, mackerel", 8, 0, 1, False),
    ("Ant, bee, wasp, fly, spider, beetle, ladybird, butterfly, moth, caterpillar, worm, slug, snail", 13, 0, 0, False),
    ("Kangaroo, koala, wombat, wallaby, platypus, emu, kookaburra, dingo, Tasmanian devil, possum", 10, 0, 0, False),
    ("Cow, bull, calf, heifer. Horse, mare, foal, stallion. Sheep, ewe, lamb, ram. Hen, chick", 14, 0, 0, False),
    ("Elephant ... lion ... did I say elephant? ... tiger ... I said lion already ... bear", 4, 0, 0, False),
    ("dog, no not dog, wolf, fox, sorry, did I say fox, deer, a big one with antlers, moose", 4, 0, 0, False),
    ("Teddy bear, hot dog, sea horse, hedgehog, guinea pig", 3, 0, 2, False),
    ("dear, hair, bare, whale, mousse, leopard", 6, 0, 0, True),
    ("dinosaur, unicorn, dragon, mammoth, Mickey Mouse, Paddington Bear", 2, 0, 4, False),
    ("There's a dog, and a cat, and there was a rat once in the kitchen", 3, 0, 1, True),
    ("one dog two cat three horse four cow five pig", 5, 0, 0, False),
    ("Dogs, cats, mice, geese, sheep, oxen, wolves, deer, foxes, hippos, octopuses", 11, 0, 0, False),
    ("Polar bear, grizzly bear, brown bear, black bear, panda, koala bear, bear", 7, 0, 0, False),
    ("Oh I used to be so good at this. Cat. We never had a dog. Horse. No idea.", 2, 0, 0, True),
    ("I can't think. I can't. Nothing. No.", 0, 0, 0, False),
    ("elefant, girafe, rinoceros, hipopotamus, aligator, monkee", 6, 0, 0, True),
]  # fmt: skip
FOOD = [
    (
        "Apple, pear, orange, banana, grape, um, carrot, potato, cabbage, onion, leek, and what do you call it, "
        "aubergine, yes, tomato, cucumber.",
        13, 0, 0, False,
    ),
    ("apples and pears, bananas, plums, cherries, peaches", 6, 0, 0, False),
    ("carrots peas beans potatoes carrots cabbage peas", 5, 2, 0, False),
    ("Aubergine, eggplant, courgette, zucchini, swede, rutabaga, beetroot, beet", 4, 4, 0, False),
    ("Strawberry, raspberry, blackberry, blueberry, gooseberry, blackcurrant, redcurrant, cranberry", 8, 0, 0, False),
    ("Orange, lemon, lime, grapefruit, tangerine, satsuma, clementine, mandarin", 8, 0, 0, False),
    ("Broccoli, cauliflower, sprouts, cabbage, kale, spinach, lettuce, rocket, watercress", 9, 0, 0, False),
    ("Apple pie, banana split, carrot cake, oh no, just the fruit, apple, banana", 2, 0, 3, False),
    ("bread, milk, eggs, oh that's my shopping list, sorry, potatoes, onions, tomatoes", 3, 0, 4, True),
    ("leak, pair, beat, carat, plumb", 5, 0, 0, True),
    ("Mango, papaya, passion fruit, pineapple, coconut, lychee, guava, star fruit, kiwi", 9, 0, 0, False),
    ("Red pepper, green pepper, yellow pepper, chilli, peppers", 5, 0, 0, False),
    ("runner beans, broad beans, French beans, kidney beans, baked beans", 4, 0, 1, False),
    ("Parsley, sage, rosemary and thyme", 4, 0, 0, True),
    ("Granny Smith, Cox, Bramley, Golden Delicious", 4, 0, 0, False),
    ("I don't like sprouts. I like peas. Carrots.", 2, 0, 0, True),
    ("potato, no, I said potato, turnip, parsnip", 3, 0, 0, False),
    ("dog, cat, apple", 1, 0, 2, False),
    ("Sweetcorn, sweet potato, spring onion, cherry tomato, tomato", 5, 0, 0, False),
    ("pineapple, pine apple, water melon, watermelon", 2, 2, 0, False),
    ("Rasberries, brocoli, cabage, tomatos, bannanas", 5, 0, 0, True),
    ("No idea. Nothing comes.", 0, 0, 0, False),
    ("strawberry jam, tomato ketchup, orange juice, potato crisps", 0, 0, 4, False),
]  # fmt: skip


def scored(text: str, item: str) -> Score:
    return score_question("category_fluency", QuestionContext("category_fluency", item, "en"), SpokenAnswer(text=text))


@pytest.mark.parametrize(
    ("item", "text", "valid", "repetitions", "intrusions", "is_reviewed"),
    [*(("animals", *row) for row in ANIMALS), *(("fruits_and_vegetables", *row) for row in FOOD)],
)
def test_whole_minutes_counted_by_hand(
    item: str, text: str, valid: int, repetitions: int, intrusions: int, is_reviewed: bool
) -> None:
    score = scored(text, item)
    counts = tuple(int(score.values[name]) for name in ("valid", "repetitions", "intrusions"))
    assert (counts, score.status == "needs_review") == ((valid, repetitions, intrusions), is_reviewed)
