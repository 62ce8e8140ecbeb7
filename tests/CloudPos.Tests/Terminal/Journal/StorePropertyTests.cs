using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>
/// Random days at the till against a ledger kept in memory, with restarts, outcomes and acknowledgements
/// between.
/// </summary>
public class StorePropertyTests
{
    private enum Step
    {
        Cash,
        Deferred,
        Online,
        Attempt,
        Abandon,
        Decline,
        Void,
        Receive,
        Count,
        Outcome,
        Level,
        Acknowledge,
        Restart,
        Crash,
    }

    [Fact]
    public void Whatever_happens_the_store_agrees_with_a_ledger_and_verifies() =>
        Gen.Enum<Step>().Select(Gen.Int[1, 1_000]).Array[1, 25].Sample(
            steps =>
            {
                using var day = new Day();
                foreach (var (step, amount) in steps)
                    day.Do(step, amount);
                day.Check();
            },
            iter: 40, threads: 1);

    private sealed class Day : IDisposable
    {
        private readonly TestTill _till = new();
        private readonly Dictionary<Id, long> _atRisk = [];
        private readonly List<AttemptDraft> _open = [];
        private readonly List<(Id Sale, Id? Payment)> _sales = [];
        private readonly HashSet<Id> _voided = [];
        private long _stock;
        private int _cursor;

        public void Do(Step step, int amount)
        {
            switch (step)
            {
                case Step.Cash:
                    var cash = TestTill.CashSale(amount);
                    Stored(_till.Store.CompleteSale(cash));
                    _sales.Add((cash.Sale, null));
                    _stock--;
                    break;
                case Step.Deferred:
                    var (payment, sale, outcome) = _till.SellDeferred(amount);
                    Stored(outcome);
                    _sales.Add((sale, payment));
                    _atRisk.Add(payment, amount);
                    _stock--;
                    break;
                case Step.Attempt:
                    _open.Add(_till.Attempt(amount, online: amount % 2 == 0));
                    Stored(_till.Store.RecordAttempt(_open[^1]));
                    break;
                case Step.Online when _open.Count > 0:
                    Complete(amount % 3 == 0 ? Approval.Deferred : Approval.Online);
                    break;
                case Step.Abandon when _open.Count > 0:
                    Stored(_till.Store.AbandonPayment(Take().Body.Payment, "given up"));
                    break;
                case Step.Decline when _open.Count > 0:
                    var body = Take().Body;
                    Stored(_till.Store.FailPayment(new PaymentFailed(
                        body.Payment, body.Sale, body.Amount, body.Card, "05", null)));
                    break;
                case Step.Void when _sales.Count > 0:
                    Void(_sales[amount % _sales.Count]);
                    break;
                case Step.Receive:
                    Stored(_till.Store.ReceiveStock([new StockChange("apple", amount)], "delivery"));
                    _stock += amount;
                    break;
                case Step.Count:
                    Stored(_till.Store.CountStock([new StockChange("apple", amount)]));
                    _stock = amount;
                    break;
                case Step.Outcome when _atRisk.Count > 0:
                    var settled = _atRisk.Keys.ElementAt(amount % _atRisk.Count);
                    Stored(_till.Feed($"{++_cursor}", TestTill.Outcome(settled, PaymentState.Approved)));
                    _atRisk.Remove(settled);
                    break;
                case Step.Level:
                    // The back office has applied everything and knows the same quantity.
                    Stored(_till.Feed($"{++_cursor}", new FeedRow(Stock: new StockLevel(
                        "store-1", "apple", _stock,
                        new Dictionary<string, long> { ["TERM0001.1"] = _till.Store.LastNumber }))));
                    break;
                case Step.Acknowledge:
                    _till.Clock.Advance(TimeSpan.FromSeconds(amount));
                    var number = Math.Max(
                        _till.Store.Acknowledged.Number, _till.Store.LastNumber - (amount % 3));
                    Assert.True(_till.Acknowledge(number).IsApplied);
                    break;
                case Step.Restart:
                    _till.Reopen();
                    break;
                case Step.Crash:
                    Crash();
                    break;
                default:
                    break;
            }
        }

        public void Check()
        {
            Assert.Empty(_till.Reopen().Damage);
            Assert.Equal(
                new Exposure(TestTill.Euro(_atRisk.Values.Sum()), _atRisk.Count),
                _till.Store.Exposure(TestTill.Eur));
            Assert.Equal(
                _open.Select(attempt => attempt.Body.Payment),
                _till.Store.OpenAttempts.Select(attempt => attempt.Payment));
            Assert.Equal(_stock, _till.Store.Stock("apple"));
            Assert.Equal(
                Enumerable.Range(1, _sales.Count).Reverse().Select(number => (long)number),
                _till.Store.Sales().Select(sale => sale.Receipt));
            Assert.Equal(_voided.Count, _till.Store.Sales().Count(sale => sale.VoidedBy is not null));
            var report = _till.Store.Verify();
            Assert.True(report.IsSound, string.Join('\n', report.Findings));
        }

        public void Dispose() => _till.Dispose();

        private void Complete(Approval approval)
        {
            var attempt = Take();
            var body = attempt.Body;
            Stored(_till.Store.CompleteSale(TestTill.CardSale(attempt, approval)));
            _sales.Add((body.Sale, body.Payment));
            if (approval == Approval.Deferred)
                _atRisk.Add(body.Payment, body.Amount.Minor);
            _stock--;
        }

        private void Void((Id Sale, Id? Payment) sold)
        {
            var outcome = _till.Store.VoidSale(sold.Sale, "anna", "mistake");
            Assert.Equal(
                _voided.Add(sold.Sale) ? WriteStatus.Stored : WriteStatus.AlreadyVoided, outcome.Status);
            if (!outcome.IsStored)
                return;
            _stock++;
            if (sold.Payment is { } payment)
                _atRisk.Remove(payment);
        }

        private AttemptDraft Take()
        {
            var attempt = _open[0];
            _open.RemoveAt(0);
            return attempt;
        }

        /// <summary>All files as they are at this moment are what the next start finds.</summary>
        private void Crash()
        {
            var files = Directory.EnumerateFiles(_till.Directory, "journal*")
                .Where(file => Path.GetFileName(file) is not FolderLock.Name)
                .ToDictionary(file => file, TestTill.ReadShared);
            _till.Close();
            foreach (var (file, bytes) in files)
                File.WriteAllBytes(file, bytes);
            _till.Open();
        }

        private static void Stored(WriteOutcome outcome) => Assert.True(outcome.IsStored, outcome.Sentence);
    }
}
