"""A second computation in plain Python: written from docs/GLOSSARY.md alone, it imports nothing that counts.

sample_company: every report over the sample company
real_companies: every revenue report over two real companies, from their files, under every preset of the rules
random_books: every report over random books, by parent, as signed, in the segments of then, as known before and after an undo
churn_card (used by the tests of its report): lift and calibration slope from the predictions that are kept
random_accounts: health, usage, activation, Today, tickets, surveys and pairs of products of made-up companies, before data, while a feed
    has stopped and after the last import; customers: the same of the sample and of two real companies
book_quality: what does not fit together in messy books and in a real company
compared: two sets of rules, line by line; restated: what moved a closed figure, cause by cause
figures, figures_by_cause: the same again by other means, of random orders of imports, undo, matches and mappings, and of every choice of
    the rules by itself
reconciled: finance's list beside ours, with state and likely cause
companies_closed: a close, corrections after it, and a list of finance, of the sample company and a real one
segments_apart: what is split by segment, each segment as a company of its own; owners: accounts and ARR of each person
board_pack_figures: workbook and paper, by segment, in another currency and in thousands
imports_over_time: files of three feeds, one undone, each against the earlier ones, and the feeds on nine days; imports_of_companies: the
    same of the exports of two real companies, cut into files that come late, twice, broken, or no more
hidden_use: actives of random accounts and days, and cohorts of use, over single events in plain SQL, hidden ones left out
asked_and_offered: what came of offers, whitespace, the ranking of requests and cohorts of use, of made-up companies
health_flow: who went from which band to which over a period, in accounts and ARR
support: tickets and answers as they stood on a day, and what accounts are told of them
"""
