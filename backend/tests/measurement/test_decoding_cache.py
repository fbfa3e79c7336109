"""What was heard is remembered, and an interrupted training loses none of it."""

from __future__ import annotations

from cognitive_assessment.models.decoding_cache import DecodingCache


def fail():
    raise AssertionError("made again though it was known")


def test_saving_half_way_keeps_what_is_still_to_come(tmp_path):
    path = tmp_path / "deep" / "heard.gz"
    first = DecodingCache(path)
    for key in ("a", "b", "c"):
        first.look_up(key, lambda key=key: [key])
    first.save(is_finished=True)
    interrupted = DecodingCache(path)
    assert interrupted.look_up("a", fail) == ["a"]
    interrupted.save(is_finished=False)
    again = DecodingCache(path)
    assert [again.look_up(key, fail) for key in ("a", "b", "c")] == [["a"], ["b"], ["c"]]


def test_a_finished_training_forgets_what_it_did_not_use_and_writes_the_same_bytes(tmp_path):
    path = tmp_path / "heard.gz"
    cache = DecodingCache(path)
    cache.look_up("a", lambda: 1)
    cache.save(is_finished=True)
    content = path.read_bytes()
    other = DecodingCache(path)
    other.look_up("b", lambda: 2)
    other.save(is_finished=True)
    last = DecodingCache(path)
    assert last.look_up("b", fail) == 2
    assert last.look_up("a", lambda: 1) == 1
    last.save(is_finished=True)
    only = DecodingCache(path)
    only.look_up("a", fail)
    only.save(is_finished=True)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
