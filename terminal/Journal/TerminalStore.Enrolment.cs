using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// The key for an enrolment that is about to be asked for; the same until one was committed, so that an
    /// answer that was lost can be asked for again. The caller disposes it.
    /// </summary>
    /// <exception cref="Keys.KeyStoreException">It cannot be made or read.</exception>
    public Es256Key PrepareDeviceKey()
    {
        lock (_gate)
            return _keys.OpenOrMakeDeviceKey(StoreKeys.NextDeviceName(_enrolment));
    }

    /// <summary>
    /// Why this folder cannot be enrolled now, whatever code comes; null when it can. Asked first, since the
    /// answer to a code uses it up.
    /// </summary>
    public WriteOutcome? RefusesEnrolment()
    {
        lock (_gate)
            return Refuse() ?? NotFinished();
    }

    private WriteOutcome? NotFinished()
    {
        if (_enrolment is null)
            return null;
        if (_fork is not null)
            return WriteOutcome.Not(WriteStatus.EpochNotFinished, _fork);
        return _head!.Number > (_confirmation?.UpTo.Number ?? 0) || _payments.Open().Count > 0
            ? WriteOutcome.Not(
                WriteStatus.EpochNotFinished,
                "Entries of this journal are not acknowledged yet, or an attempt is open: forward and settle "
                + "them first.")
            : null;
    }

    /// <summary>
    /// Becomes what the back office's answer says: opens the epoch with its first entry. The key list and the
    /// acknowledgement in the answer are verified. Refused while the epoch before has entries that are not
    /// acknowledged.
    /// </summary>
    public WriteOutcome Enrol(Uri backOffice, EnrolAnswer answer, string software)
    {
        lock (_gate)
        {
            if (Refuse() is { } refused)
                return refused;
            if (CheckEnrolment(
                backOffice, answer, out var enrolment, out var keys, out var acknowledgement) is { } wrong)
                return wrong;
            var thumbprint = _keys.DeviceKey(enrolment!.DeviceKeyName)?.Thumbprint;
            if (thumbprint is null)
                return WriteOutcome.Not(WriteStatus.EnrolmentRefused, "No key was made for this enrolment.");
            var genesis = new Head(enrolment.Journal, 0, EntryHash.Genesis(enrolment.Journal));
            return Commit(genesis, batch =>
            {
                var confirmation = ConfirmationOf(acknowledgement!, answer.Acknowledgement, 0);
                if (_enrolment is { } before && _confirmation is { } last)
                    _pruned.Close(before.Epoch, last.UpTo);
                _feed.Clear();
                _enrolments.Write(enrolment);
                _enrolments.Write(confirmation);
                _values.Set(ValueTable.Keys, keys!.Jws, StoreJson.Default.String);
                ApplyMerchant(new MerchantDetails(answer.MerchantName, answer.TaxNumber), batch);
                ApplyPlace(new StoreDetails(answer.StoreAddress, answer.Locale), batch);
                batch.After(Reload);
                batch.After(() => _clocks.Contact(acknowledgement!.At));
                batch.Add(
                    new EpochOpened(enrolment.Merchant, enrolment.Store, thumbprint, software),
                    acknowledgement!.At);
                return null;
            });
        }
    }

    private WriteOutcome? CheckEnrolment(
        Uri backOffice,
        EnrolAnswer answer,
        out Enrolment? enrolment,
        out SignedKeys? keys,
        out Acknowledgement? first)
    {
        (enrolment, keys, first) = (null, null, null);
        if (NotFinished() is { } unfinished)
            return unfinished;
        if (!Currency.TryParse(answer.Currency, out var currency)
            || !Es256PublicKey.TryParse(answer.RootKey, out var root))
            return WriteOutcome.Not(
                WriteStatus.EnrolmentRefused, "The answer's currency or root key is not readable.");
        if (!EnrolmentTable.IsWellFormed(answer))
            return WriteOutcome.Not(WriteStatus.EnrolmentRefused,
                "The answer's terminal, merchant or epoch has not the form it must have.");
        if (_enrolment is not null
            && (_enrolment.Terminal != answer.Terminal || _enrolment.Store != answer.Store
            || answer.Epoch <= _enrolment.Epoch))
            return WriteOutcome.Not(
                WriteStatus.EnrolmentRefused,
                $"This folder holds epoch {_enrolment.Epoch} of terminal {_enrolment.Terminal} in "
                + $"{_enrolment.Store}; it cannot become epoch {answer.Epoch} of {answer.Terminal} in "
                + $"{answer.Store}. Use another folder.");
        keys = SignedKeys.TryVerify(answer.Keys, root);
        first = keys?.TryVerifyAcknowledgement(answer.Acknowledgement);
        var journal = new JournalId(answer.Terminal, answer.Epoch);
        if (first is null || first.Number != 0 || first.Hash != EntryHash.Genesis(journal)
            || new JournalId(first.Terminal, first.Epoch) != journal)
            return WriteOutcome.Not(
                WriteStatus.EnrolmentRefused,
                "The answer's keys or acknowledgement are not signed as they must be.");
        enrolment = new Enrolment(
            answer.Terminal, answer.Epoch, answer.Merchant, answer.Store, answer.MerchantName,
            answer.StoreAddress,
            currency, backOffice, root, StoreKeys.NextDeviceName(_enrolment));
        return null;
    }

    private Confirmation ConfirmationOf(Acknowledgement acknowledgement, string jws, long provenBefore) =>
        new(
        new AcknowledgedUpTo(
            acknowledgement.Number, acknowledgement.Hash, Math.Max(provenBefore, acknowledgement.Number),
            acknowledgement.At, acknowledgement.Standing, jws),
        acknowledgement.At - _time.GetUtcNow(),
        _head is null ? 0 : new Place(_head.Journal.Epoch, _head.Number).Value);
}
