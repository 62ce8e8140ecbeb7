using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Wire;
using Microsoft.Data.Sqlite;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// The terminal's memory: its journal, and the tables that move with it, in one SQLite file of one folder.
/// Everything that happens is one transaction and on disk when the call returns; a call that returns anything
/// but stored has changed nothing, unless it says <see cref="WriteStatus.Unknown"/>. Safe for use by several
/// threads, one at a time; one process per folder.
/// </summary>
internal sealed partial class TerminalStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FolderLock _folder;
    private readonly HighWaterMark _mark;
    private readonly Database _database;
    private readonly AtRestCipher _cipher;
    private readonly StoreKeys _keys;
    private readonly TimeProvider _time;
    private readonly JournalTable _journal;
    private readonly PaymentTable _payments;
    private readonly CardTable _cards;
    private readonly SaleTable _sales;
    private readonly StockTable _stock;
    private readonly FeedTables _feed;
    private readonly ProductTable _products;
    private readonly TransferTable _transfers;
    private readonly ShiftTable _shifts;
    private readonly FigureTable _figures;
    private readonly CustomerTable _customers;
    private readonly ValueTable _values;
    private readonly BasketTable _baskets;
    private readonly PrintTable _print;
    private readonly InvoiceTable _invoices;
    private readonly EnrolmentTable _enrolments;
    private readonly PrunedTable _pruned;
    private readonly Retention _retention;
    private readonly Effects _effects;
    private readonly List<DamageFinding> _damage = [];
    private Clocks _clocks;
    private Enrolment? _enrolment;
    private Es256Key? _deviceKey;
    private string? _deviceKeyName;
    private Confirmation? _confirmation;
    private SignedKeys? _signedKeys;
    private DenyIndex? _deny;
    private OfflinePolicy _policy = OfflinePolicy.None;
    private PolicyPlan _plan = new(0, []);
    private IReadOnlyList<StaffMember> _staff = [];
    private IReadOnlyList<PinFailures> _pinFailures = [];
    private Head? _head;
    private long _changes;
    private bool _mustReopen;
    private bool _scrubDue;

    private TerminalStore(
        FolderLock folder, HighWaterMark mark, Database database, AtRestCipher cipher, StoreKeys keys,
        TimeProvider time)
    {
        (_folder, _mark, _database, _cipher, _keys, _time) = (folder, mark, database, cipher, keys, time);
        _journal = new JournalTable(database, cipher);
        _payments = new PaymentTable(database);
        _cards = new CardTable(database);
        _sales = new SaleTable(database);
        _stock = new StockTable(database);
        _feed = new FeedTables(database);
        _values = new ValueTable(database, cipher);
        _baskets = new BasketTable(database, cipher);
        _enrolments = new EnrolmentTable(database);
        _products = new ProductTable(database, _feed);
        _transfers = new TransferTable(database);
        _shifts = new ShiftTable(database);
        _figures = new FigureTable(database, cipher);
        _customers = new CustomerTable(database, cipher);
        var shop = new ShopEffects(_stock, _products, _transfers, _shifts, _figures, _customers)
        {
            SaleOf = sale => _sales.Find(sale) is { } row ? ReadSale(row) : null,
        };
        _print = new PrintTable(database);
        _invoices = new InvoiceTable(database);
        var papers = new PaperEffects(_print, _invoices, _journal);
        _effects = new Effects(_payments, _cards, _sales, _stock, _values, shop, papers, database);
        _pruned = new PrunedTable(database);
        _retention = new Retention(_journal, _pruned, _sales, _payments, database);
        _clocks = new Clocks(time, null, TimeSpan.Zero, null);
    }

    /// <summary>What the terminal is, or null before its first enrolment.</summary>
    public Enrolment? Enrolment => Locked(() => _enrolment);

    /// <summary>
    /// The key that signs for this terminal; it stays the store's. Null before enrolment or when it is lost.
    /// </summary>
    public Es256Key? DeviceKey => Locked(() => _deviceKey);

    /// <summary>
    /// What is wrong with the journal; empty when it can be trusted. Not empty: nothing is appended.
    /// </summary>
    public IReadOnlyList<DamageFinding> Damage => Locked<IReadOnlyList<DamageFinding>>(() => [.. _damage]);

    public bool IsDamaged => Locked(() => _damage.Count > 0);

    /// <summary>The best known time, UTC; see <see cref="Clocks"/>.</summary>
    public DateTimeOffset Now => Locked(() => _clocks.Now);

    /// <summary>
    /// Seconds since the back office last answered with its signature; int.MaxValue before it ever did.
    /// </summary>
    public int OfflineSeconds => Locked(() => _clocks.OfflineSeconds);

    /// <summary>Server time minus wall clock when the back office last answered with its signature.</summary>
    public TimeSpan WallSkew => Locked(() => _clocks.WallSkew);

    /// <summary>The deny list, or null until the feed brought one.</summary>
    public DenyIndex? DenyList => Locked(() => _deny);

    /// <summary>The newest key list that the root key has signed; null before enrolment.</summary>
    public KeyList? Keys => Locked(() => _signedKeys?.List);

    /// <summary>
    /// The keys that velocity tags are made with, newest first; a sealing call makes one tag with each.
    /// </summary>
    public IReadOnlyList<VelocityKey> VelocityKeys => Locked(() => _keys.Velocity);

    /// <summary>Seals prepared for the next cards; zeroed when the folder is closed.</summary>
    public ReadySeals Seals { get; } = new();

    /// <summary>Rises with every transaction: who shows something asks again when it moved.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Entries in the current epoch.</summary>
    public long LastNumber => Locked(() => _head?.Number ?? 0);

    /// <summary>Where the current epoch ends; null before the first enrolment.</summary>
    public EpochEnd? End => Locked(() =>
        _head is { } head ? new EpochEnd(head.Journal.Epoch, head.Number, head.Hash) : null);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_scrubDue && !_mustReopen)
                Scrub();
            Seals.Dispose();
            _database.Dispose();
            _mark.Dispose();
            _cipher.Dispose();
            _keys.Dispose();
            _deviceKey?.Dispose();
            _folder.Dispose();
        }
    }

    /// <exception cref="JournalUnreadableException">The file cannot be read, or is damaged where it was
    /// read.</exception>
    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
            try
            {
                return _mustReopen ? throw new JournalUnreadableException("the disk failed") : read();
            }
            catch (SqliteException failure) when (Database.IsCorrupt(failure))
            {
                NoteDamage(Unreadable(failure));
                throw new JournalUnreadableException(failure.Message);
            }
    }

    /// <summary>Once: what is looked at again and again fails in the same words.</summary>
    private void NoteDamage(DamageFinding found)
    {
        if (!_damage.Contains(found))
            _damage.Add(found);
    }
}
