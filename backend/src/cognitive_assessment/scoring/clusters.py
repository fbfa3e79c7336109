"""Clusters and switches: how things that were named one after another hang together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """Words `[first, last)` that share the subcategories `shared`; a single word may have none."""

    first: int
    last: int
    shared: frozenset[str]

    @property
    def size(self) -> int:
        """Counted from the second word: a single word is a cluster of size 0."""
        return self.last - self.first - 1


def clusters_in(subcategories: Sequence[frozenset[str]]) -> list[Cluster]:
    """Part words into clusters.

    Parameters
    ----------
    subcategories : sequence of frozenset of str
        Of each word, in the order in which they were said; empty for a word that belongs nowhere.

    Returns
    -------
    list of Cluster
        The longest stretches of neighbouring words that all share a subcategory, in order; together they hold every
        word. A word between two stretches that belongs to both is in both ("dog, cat, tiger, lion": pets, and cats); a
        stretch within a longer one is none.

    References
    ----------
    Troyer AK, Moscovitch M, Winocur G. Clustering and switching as two components of verbal fluency. Neuropsychology
    1997; 11: 138-146 (scoring of clusters, and appendix).
    """
    clusters: list[Cluster] = []
    for first, own in enumerate(subcategories):
        shared, last = own, first + 1
        while last < len(subcategories) and shared & subcategories[last]:
            shared &= subcategories[last]
            last += 1
        if not clusters or last > clusters[-1].last:
            clusters.append(Cluster(first, last, shared))
    return clusters


def mean_cluster_size(clusters: Sequence[Cluster]) -> float:
    """Give the mean size of clusters, single words among them.

    Parameters
    ----------
    clusters : sequence of Cluster
        At least one.

    Returns
    -------
    float
        0 where all words stand alone.

    References
    ----------
    Troyer, Moscovitch & Winocur 1997.
    """
    return sum(cluster.size for cluster in clusters) / len(clusters)


def count_switches(clusters: Sequence[Cluster]) -> int:
    """Count the transitions between clusters, to and from single words too.

    Parameters
    ----------
    clusters : sequence of Cluster
        At least one.

    Returns
    -------
    int
        One less than there are clusters.

    References
    ----------
    Troyer, Moscovitch & Winocur 1997.
    """
    return len(clusters) - 1
