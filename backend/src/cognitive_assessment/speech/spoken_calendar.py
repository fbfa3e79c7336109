"""The words of the calendar and of the day, as people say them, and the words that move them to another time."""

from __future__ import annotations

from cognitive_assessment.speech.spoken_phrases import phrases_of
from cognitive_assessment.speech.spoken_text import words_of

MONTHS = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
    "febuary": 2,
    "febrary": 2,
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
WEEKDAYS = {
    "monday": "monday",
    "tuesday": "tuesday",
    "wednesday": "wednesday",
    "thursday": "thursday",
    "friday": "friday",
    "saturday": "saturday",
    "sunday": "sunday",
    "wensday": "wednesday",
    "wednsday": "wednesday",
    "mon": "monday",
    "tue": "tuesday",
    "tues": "tuesday",
    "wed": "wednesday",
    "weds": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
# Short forms that are words of their own: they count only where no weekday is named in full.
AMBIGUOUS_WEEKDAYS = words_of("mon wed sat sun")
SEASON_ORDER = ("spring", "summer", "autumn", "winter")
SEASONS = {
    "spring": "spring",
    "springtime": "spring",
    "summer": "summer",
    "summertime": "summer",
    "midsummer": "summer",
    "autumn": "autumn",
    "autumntime": "autumn",
    "autumnal": "autumn",
    "fall": "autumn",
    "winter": "winter",
    "wintertime": "winter",
    "wintry": "winter",
    "midwinter": "winter",
}
# What stands right before or after a season and moves it to the one before or after.
SEASON_BEFORE = phrases_of(
    {
        "previous": """
        before | before the | nearly | almost | not yet | not quite | not yet quite | coming up to | going into |
        heading into | heading towards | heading for | getting into | getting on for | getting close to | close to |
        approaching | coming to | going on | getting on |
        towards | toward | next is | pre | just about to be | about to be | running up to | nearing |
        soon | soon be | until
        """,
        "next": "after | after the | past | just past | out of | following",
    }
)
SEASON_AFTER = phrases_of(
    {
        "previous": """
        is coming | 's coming | is nearly here | 's nearly here | is almost here | 's almost here | is on its way |
        's on its way | is around the corner | 's around the corner | is just around the corner |
        's just around the corner | is next | 's next | is soon | soon | yet | starts soon | is starting soon |
        hasn't started | has not started | hasn't come yet | is approaching | 's approaching | comes next | coming
        """,
        "next": """
        before | is over | 's over | is finished | 's finished | is gone | 's gone | has gone | has ended | just ended |
        has just ended | has passed | is behind us | 's behind us | is past | has finished | is done | 's done
        """,
    }
)
PARTS_OF_DAY = phrases_of(
    {
        "morning": "morning | mornings | morning time | midmorning | dawn | daybreak | sunrise | forenoon",
        "midday": "midday | mid day | noon | noontime | lunchtime | lunch time | middle of the day",
        "afternoon": "afternoon | afternoons | midafternoon | after noon | teatime | tea time",
        "evening": """
        evening | evenings | tonight | dusk | sunset | sundown | twilight | nightfall | suppertime | supper time |
        dinnertime | dinner time
        """,
        "night": "night | nighttime | night time | midnight | bedtime | bed time",
    }
)
MEALS = phrases_of(
    {
        "morning": "before lunch | before breakfast | after breakfast | breakfast time | breakfasttime | before noon",
        "afternoon": "after lunch | past noon | past midday | after midday | before dinner | before supper",
        "evening": "after dinner | after supper | after tea | before bed | before bedtime",
    }
)
NOT_YET = words_of("almost nearly")
ORDINAL_UNITS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
}
ORDINALS = {
    **ORDINAL_UNITS,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}
# After "first" and "second" these show that no date is meant.
NOT_A_DATE_AFTER = words_of("thing things time one place question answer thought i floor please sorry ago guess")
# What says that a mention is of another time than now, and what says that it is of now.
TIMES = phrases_of(
    {
        "elsewhen": """
        yesterday | tomorrow | the day before | the day after | last week | last month | last year | last night |
        last season | next week | next month | next year | next season | birthday | born | wedding | married |
        anniversary | appointment | retired | ago | christmas | easter | holiday | holidays | moved here |
        the other day | died | passed away | went to war | the previous one | the year before | the month before
        """,
        "now": """
        today | now | currently | presently | at the moment | right now | this month | this year | this week |
        this season | the answer | current year | current month | the present
        """,
    }
)
DOUBTS = phrases_of(
    {
        "doubt": """
        thought | i thought | could be | might be | may be | used to be | would have said | was going to say |
        almost said | nearly said | feels like | feel like | seems like | is it | was it | or is it |
        or was it | isn't it
        """
    }
)
NEGATIONS = words_of("not isn't wasn't ain't never neither nor can't couldn't cannot isnt wasnt")
NOT_A_NEGATION_BEFORE = words_of(
    "sure certain quite really positive mistaken wrong know remember only too so exactly it"
)
# With "in" or "on" before a date, these show that something else happened then: "I had my check-up in October".
EVENT_VERBS = words_of("had went came saw did got visited ended started happened moved left met stayed bought")
OTHER_TIMES_BEFORE = words_of("last next every each until till since after before past previous by")
COPULAS = words_of("is was 's would will be are were has had")
CLAUSE_WORDS = words_of("so but because cause and then which therefore")
